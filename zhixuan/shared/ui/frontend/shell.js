// What every page does in the browser. Pages work without it; with it they are quicker and kinder.
import "htmx.org";
import { watchConnection } from "./connection.js";
import { enhanceCounts } from "./counting.js";
import { watchDrafts } from "./drafts.js";
import { watchExpiry } from "./expiry.js";
import { drawFigures } from "./figures.js";
import { watchForms } from "./forms.js";
import { watchGrids } from "./grid.js";
import { enhanceLines } from "./lines.js";
import { watchMenus } from "./menus.js";
import { watchNavigation } from "./navigation.js";
import { watchPackSearch } from "./pack_search.js";
import { enhanceSearchSelects } from "./search_select.js";
import { watchSteppers } from "./stepper.js";
import { watchTheme } from "./theme.js";

function enhance(root) {
  enhanceSearchSelects(root);
  enhanceLines(root);
  enhanceCounts(root);
  drawFigures(root);
}

watchTheme();
watchMenus();
watchNavigation();
watchForms();
watchGrids();
watchExpiry();
watchConnection();
watchDrafts();
watchSteppers();
watchPackSearch();
enhance(document);
if (document.querySelector("[data-scan]")) import("./scan_bar.js").then(({ watchScans }) => watchScans());
const practice = document.querySelector("[data-practice]");
if (practice) import("./practice.js").then(({ drawPractice }) => drawPractice(practice));
if (document.querySelector("[data-plan-grid]")) import("./plan_grid.js").then(({ watchPlanGrid }) => watchPlanGrid());
if (document.querySelector("[data-pick-list]")) import("./pick_list.js").then(({ watchPickLists }) => watchPickLists());
document.body.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.querySelector("[data-focus]")?.focus({ preventScroll: false });
