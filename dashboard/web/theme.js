// The viewer's choice of light or dark, before anything is drawn.
{
  const chosen = localStorage.getItem("simurgh-dashboard-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}
