// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What is drawn on a canvas takes its colours from the style sheet, on a screen and on paper.
function themed(variable) { return getComputedStyle(document.documentElement).getPropertyValue(variable).trim(); }

/// A print is light, whatever the screen is.
function drawnInEveryTheme(draw) {
  const paper = onPaper => { document.documentElement.classList.toggle("paper", onPaper); draw(); };
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
