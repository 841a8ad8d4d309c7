// Thirty birds. Connected, they are one; when the connection goes, they scatter; while it comes back, they gather.

const SVG = "http://www.w3.org/2000/svg";
const SWALLOW =
  "M0-10C1.6-8 2.6-5.6 3.2-3.6 9-4.6 16-2 21 6 15 2.6 9.4 2.2 3.6 4.2L1.8 8.4 4.6 15 0 11.6-4.6 15-1.8 8.4-3.6 4.2" +
  "C-9.4 2.2-15 2.6-21 6-16-2-9-4.6-3.2-3.6-2.6-5.6-1.6-8 0-10Z";

/** Where each bird flies when they are one: x, y, heading in degrees, size, and how far from the heart it is (0 to 1). */
function together() {
  const places = [
    [300, 84, 0, 1.3, 0.12], // the head
    [300, 128, 0, 1.8, 0],
    [300, 178, 0, 2.15, 0],
    [300, 228, 0, 1.75, 0.08],
  ];
  for (const side of [-1, 1]) {
    for (let i = 0; i < 6; i++) { // the long feathers of the wing: rising from the shoulder, level at the tip
      const t = i / 5;
      places.push([300 + side * (56 + 208 * t), 142 - 158 * t + 82 * t * t, side * (24 + 50 * t), 1.76 - 0.56 * t, 0.22 + 0.78 * t]);
    }
    for (let i = 0; i < 4; i++) { // the short ones below
      const t = i / 3;
      places.push([300 + side * (58 + 146 * t), 192 - 104 * t + 46 * t * t, side * (30 + 50 * t), 1.5 - 0.45 * t, 0.2 + 0.62 * t]);
    }
    for (let i = 0; i < 3; i++) { // the tail
      const t = i / 2;
      places.push([300 + side * (22 + 56 * t), 274 + 88 * t - 14 * t * t, side * (10 + 26 * t), 1.5 - 0.4 * t, 0.3 + 0.65 * t]);
    }
  }
  return places;
}

/** The same "random" every time, so that the page looks the same to everyone. */
function dice(seed) {
  return () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
}

const place = (x, y, heading, size) => `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) rotate(${heading.toFixed(1)}deg) scale(${size.toFixed(2)})`;

export class Birds {
  constructor(svg) {
    this.svg = svg;
    const roll = dice(30);
    this.birds = together().map(([x, y, heading, size, reach], i) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", SWALLOW);
      path.style.setProperty("--reach", reach);
      path.style.transitionDelay = `${Math.round(roll() * 350)}ms`;
      svg.append(path);
      // Scattered: over a grid of 6 by 5, each somewhere in its cell, so that none hides another.
      const column = i % 6;
      const line = Math.floor(i / 6);
      const away = place(50 + 100 * (column + 0.7 * (roll() - 0.5)), 40 + 72 * (line + 0.7 * (roll() - 0.5)), roll() * 300 - 150, 0.62 + 0.3 * roll());
      const near = place(300 + (x - 300) * 1.12 + 26 * (roll() - 0.5), 200 + (y - 200) * 1.12 + 26 * (roll() - 0.5), heading + 50 * (roll() - 0.5), size * 0.8);
      return { path, one: place(x, y, heading, size), near, away };
    });
    this.fly("away");
  }

  /** @param {"one" | "near" | "away"} formation */
  fly(formation) {
    this.svg.dataset.formation = formation;
    for (const bird of this.birds) bird.path.style.transform = bird[formation];
  }
}
