// The button of a slow cell: see slow_cells.py. The kernel does one thing after another, so nothing needs to wait here.
addEventListener("click", ({ target }) => {
  const button = target.closest?.(".course-slow button");
  if (!button) return;
  const { content, sessionContext } = jupyterapp.shell.currentWidget;
  const kernel = sessionContext.session?.kernel;
  if (!kernel) return;
  const code = `__import__("course_utils.slow_cells", fromlist=["compute"]).compute(${JSON.stringify(button.value)})`;
  kernel.requestExecute({ code, store_history: false });
  content.deselectAll();
  content.activeCellIndex = content.widgets.findIndex((cell) => cell.node.contains(button));
  jupyterapp.commands.execute("notebook:run-cell");
});
