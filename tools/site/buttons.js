// The button of a slow cell: see slow_cells.py.
addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".course-slow button");
  if (!button) return;
  button.disabled = true;
  button.textContent = "Computing ...";
  const { content, sessionContext } = jupyterapp.shell.currentWidget;
  const code = `from course_utils import slow_cells; slow_cells.compute(${JSON.stringify(button.value)}); del slow_cells`;
  await sessionContext.session.kernel.requestExecute({ code, store_history: false }).done;
  content.activeCellIndex = content.widgets.findIndex((cell) => cell.node.contains(button));
  jupyterapp.commands.execute("notebook:run-cell");
});
