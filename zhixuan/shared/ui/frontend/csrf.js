// The token that proves a request comes from our own page. Signing in again, perhaps in another window and as somebody
// else, makes a new one: the cookie has it, the page only that of its birth.
const COOKIE = /(?:^|; )(?:__Host-csrf|zhixuan_csrf)=([^;]+)/;

/** The page's own token, of whoever it was made for: nobody signs what another person has typed. */
export const tokenToWrite = () => document.body.dataset.csrf;

/** For questions only. What writes takes the page's own token. */
export const tokenToAsk = () => document.cookie.match(COOKIE)?.[1] ?? tokenToWrite();
