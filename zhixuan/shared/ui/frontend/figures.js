// Charts and maps are loaded only by pages that show one.
export async function drawFigures(root) {
  const charts = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  const maps = [...root.querySelectorAll("[data-map]:not([data-drawn])")];
  if (!charts.length && !maps.length) return;
  const { drawChart, drawMap } = await import("./charts.js");
  for (const element of charts) drawChart(element);
  for (const element of maps) drawMap(element);
}
