// On a slider or a button the keys are the widget's own: JupyterLite's shortcuts would take the arrows away from it.
addEventListener("focusin", ({ target }) => {
  if (target.closest?.(".jupyter-widgets")) target.setAttribute("data-lm-suppress-shortcuts", "true");
});
