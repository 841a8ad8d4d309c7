// The last 15 minutes of each node, and how they are drawn.

import { $, h, say } from "./dom.js";
import { clock } from "./format.js";
import { colour } from "./nodes.js";

const SPAN_S = 15 * 60;
const HEIGHT = 104;
const LABEL_PX = 14; // half a time below the axis: nearer to the left edge it would be on the other axis
const SYNC = "dashboard";

/** A value per node, series and step; filled by the server's history first, and then by each view's last points. */
export class History {
  step = 5;
  #last = 0;
  #nodes = new Map();

  load(history) {
    for (const [node, { step_s, end, series }] of Object.entries(history)) {
      this.step = step_s || this.step;
      const last = this.#slot(end);
      for (const [name, values] of Object.entries(series)) {
        const slots = this.#series(node, name);
        values.forEach((value, i) => slots.set(last - (values.length - 1 - i), value));
      }
      this.#last = Math.max(this.#last, last);
    }
  }

  add(at, points) {
    const slot = this.#slot(at);
    this.#last = Math.max(this.#last, slot);
    for (const [node, series] of Object.entries(points ?? {})) {
      for (const [name, value] of Object.entries(series)) {
        const slots = this.#series(node, name);
        slots.set(slot, value);
        slots.delete(slot - SPAN_S / this.step - 1);
      }
    }
  }

  /** [times in seconds, a list for each node], as uPlot takes it. */
  data(nodes, name) {
    const length = SPAN_S / this.step;
    const slots = Array.from({ length }, (_, i) => this.#last - length + 1 + i);
    return [slots.map((slot) => slot * this.step), ...nodes.map((node) => slots.map((slot) => this.#nodes.get(node)?.get(name)?.get(slot) ?? null))];
  }

  #series(node, name) {
    const all = this.#nodes.get(node) ?? new Map();
    this.#nodes.set(node, all);
    if (!all.has(name)) all.set(name, new Map());
    return all.get(name);
  }

  #slot(ms) {
    return Math.floor(ms / 1000 / this.step);
  }
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** One figure: what it is now, of all nodes together (`total`: their sum, or the worst of them), and a line for each. */
export class Chart {
  #spec;
  #nodes = [];
  #plot;
  #now = h("b", { class: "now" });
  #place = h("div", { class: "plot", role: "img" });
  #tip = h("div", { class: "tip", hidden: true });
  #data;
  element;

  constructor(spec) {
    this.#spec = spec;
    this.element = h("figure", { class: "chart", "data-series": spec.series },
      h("figcaption", {}, h("span", { title: spec.hint }, spec.title), this.#now), this.#place, this.#tip);
    new ResizeObserver(() => this.#resize()).observe(this.#place);
  }

  show(history, nodes) {
    this.#data = history.data(nodes, this.#spec.series);
    if (String(nodes) !== String(this.#nodes)) {
      this.#nodes = nodes;
      this.redraw();
    } else this.#plot?.setData(this.#data);
    const values = this.#data.slice(1).map((line) => line.at(-1) ?? line.at(-2)).filter((value) => typeof value === "number");
    const all = values.length === 0 ? undefined : this.#spec.worst ? Math.max(...values) : values.reduce((a, b) => a + b, 0);
    say(this.#now, this.#spec.format(all));
    this.#place.setAttribute("aria-label", `${this.#spec.title}, last 15 minutes; now ${this.#spec.format(all)}`);
  }

  /** Anew, for other nodes or other colours. */
  redraw() {
    this.#plot?.destroy();
    this.#plot = undefined;
    if (!this.#data || this.#place.clientWidth === 0) return;
    this.#plot = new uPlot(this.#options(), this.#data, this.#place);
  }

  destroy() {
    this.#plot?.destroy();
  }

  #resize() {
    if (!this.#plot) this.redraw();
    else if (this.#place.clientWidth > 0) this.#plot.setSize({ width: this.#place.clientWidth, height: HEIGHT });
  }

  #options() {
    const grid = { stroke: css("--grid"), width: 1 };
    const axis = { stroke: css("--soft"), font: `10px ${css("--sans")}`, grid, ticks: { show: false } };
    const one = this.#nodes.length === 1;
    const line = (node) => {
      const stroke = css(colour(node));
      return { label: node, stroke, width: 1.5, points: { show: false }, fill: one ? `${stroke}22` : undefined }; // a colour, and how much of it
    };
    return {
      width: this.#place.clientWidth,
      height: HEIGHT,
      padding: [6, 12, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: SYNC }, drag: { x: false, y: false }, points: { size: 5 }, y: false },
      scales: { x: { time: true }, y: { range: (_, _low, high) => [0, high > 0 ? high * 1.1 : this.#spec.least ?? 1] } },
      axes: [
        { ...axis, incrs: [300], grid: { show: false }, size: 16, gap: 2, space: 45, values: (plot, splits) => splits.map((s) => (plot.valToPos(s, "x") < LABEL_PX ? "" : clock(s * 1000).slice(0, 5))) },
        { ...axis, incrs: this.#spec.steps, size: 46, gap: 4, space: 30, values: (_, splits) => splits.map((value) => (this.#spec.axis ?? this.#spec.format)(value)) },
      ],
      series: [{}, ...this.#nodes.map(line)],
      hooks: { setCursor: [(plot) => this.#point(plot)] },
    };
  }

  /** What the pointer is at: the time, and each node's value there. */
  #point(plot) {
    const { idx, left } = plot.cursor;
    const own = $(".u-over:hover", this.#place);
    this.#tip.hidden = !own || idx === null || idx === undefined || left < 0;
    if (this.#tip.hidden) return;
    const rows = this.#nodes.map((node, i) =>
      h("li", { class: colour(node, "") }, h("bdi", {}, node), h("b", {}, this.#spec.format(plot.data[i + 1][idx] ?? undefined))));
    this.#tip.replaceChildren(h("time", {}, clock(plot.data[0][idx] * 1000)), h("ul", {}, rows));
    this.#tip.classList.toggle("left", left > plot.over.clientWidth / 2);
  }
}
