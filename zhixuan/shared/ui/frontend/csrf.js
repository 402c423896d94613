// The token that proves a request comes from our own page. Signing in again, perhaps in another window and as somebody
// else, makes a new one: the cookie has it, the page only that of its birth.
const COOKIE = /(?:^|; )(?:__Host-csrf|zhixuan_csrf)=([^;]+)/;

/** For questions only. What writes keeps the page's own token: nobody signs what another person has typed. */
export const tokenToAsk = () => document.cookie.match(COOKIE)?.[1] ?? document.body.dataset.csrf;
