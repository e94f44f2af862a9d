/* Who steps against whom, and what follows within some turns: a matrix for each policy. */

import { Frame, Menu, Numbers, interval, whole } from "./panel-frame.jsx";
import { Matrix, amount, difference, largest } from "./matrix.jsx";

const VIEWS = {
  rate: ["rate", "Share of turns with a step of rung 3 or more by the row that the column saw. Every turn is an opportunity. Both directions are shown; neither says which side began"],
  sum: ["sum", "Mean sum per game of the rungs of the row's steps that the column saw. It depends on opportunity and length, and is no measure of blame"],
  difference: ["difference", "Share of turns minus that of the first policy in the same games. Underlined: the interval excludes 0"],
};

export function Whom({ comparison, seeds, view, onView }) {
  const { labels, codes, whom, methods } = comparison;
  const possible = Object.keys(VIEWS).filter((key) => key !== "difference" || whom.difference.some(Boolean));
  const menu = <Menu label="Show" value={view} options={possible.map((key) => [key, words(key, labels)])} onChange={onView} />;
  const kept = labels.map((label, n) => ({ label, matrix: whom[view][n], n })).filter(({ matrix }) => matrix);
  const most = largest(kept.map(({ matrix }) => matrix));
  const fill = view === "difference" ? difference(most) : amount(most);
  const rests = view === "sum" ? whom.games : whom.turns;
  return (
    <Frame
      title="Escalatory steps by dyad"
      words={VIEWS[view][1]}
      labels={kept.map(({ label }) => label)}
      n={kept.map(({ n }) => rests[n])}
      unit={view === "sum" ? "games" : "turns"}
      seeds={seeds}
      note={view === "difference" ? methods.difference : methods.whom}
      tools={menu}
    >
      <div class="matrices">
        {kept.map(({ label, matrix }) => (
          <Matrix key={label} codes={codes} heading={label} caption={`${label}: ${VIEWS[view][0]}, row towards column`} cells={cellsOf(matrix, view)} fill={fill} />
        ))}
      </div>
      <Numbers caption={`Escalatory steps by dyad: ${VIEWS[view][0]}`} head={["From and to", ...kept.map(({ label }) => label)]} rows={pairRows(codes, kept.map(({ matrix }) => matrix), (cell) => titleOf(cell, view))} />
    </Frame>
  );
}

/** A step at a rung, and how often the other answered higher. */
export function Answers({ comparison, seeds, rung, onRung }) {
  const { labels, codes, answers, few, methods, rungs } = comparison;
  const groups = answers.groups.map((group) => group[rung]);
  const menu = <Menu label="Step at rung" value={rung} options={Object.keys(answers.groups[0]).map((k) => [k, `${k} ${rungs[k]}`])} onChange={onRung} />;
  const cells = (group) => group.share.map((row, i) => row.map((cell, j) => cell && { value: cell[0], text: <Answer cell={cell} n={group.n[i][j]} />, title: `${interval(cell)}, n = ${group.n[i][j]}` }));
  return (
    <Frame
      title="Escalatory responses"
      words={`Share of the row's steps at rung ${rung} after which the column took a higher step against the row within ${answers.within} turns, with n below. Cells with fewer than ${few} are left out. An association in time, not a cause`}
      labels={labels}
      n={groups.map((group) => group.n.flat().reduce((sum, n) => sum + n, 0))}
      unit="steps"
      seeds={seeds}
      note={methods.answers}
      tools={menu}
    >
      <div class="matrices answers">
        {labels.map((label, n) => (
          <Matrix key={label} codes={codes} heading={label} caption={`${label}: share of steps that were answered higher, row's steps, column's answers`} cells={cells(groups[n])} fill={amount(1)} />
        ))}
      </div>
      <Numbers caption={`Steps at rung ${rung} that were answered higher`} head={["Step by and towards", ...labels]} rows={pairRows(codes, groups.map((group) => group.share), interval)} />
    </Frame>
  );
}

/** A row for each ordered pair, a column for each policy. */
function pairRows(codes, matrices, told) {
  const pairs = codes.flatMap((_, i) => codes.map((__, j) => [i, j])).filter(([i, j]) => i !== j);
  return pairs.map(([i, j]) => [`${codes[i]} to ${codes[j]}`, ...matrices.map((matrix) => (matrix[i][j] ? told(matrix[i][j]) : "\u2013"))]);
}

function Answer({ cell, n }) {
  return (
    <>
      {whole(cell[0])}
      <small>{n}</small>
    </>
  );
}

function cellsOf(matrix, view) {
  return matrix.map((row) => row.map((cell) => cell && { value: cell[0], text: textOf(cell, view), title: titleOf(cell, view) }));
}

function textOf([value, low, high], view) {
  if (view === "sum") return Math.round(value);
  if (view === "rate") return Math.round(100 * value);
  const points = Math.round(100 * value);
  const text = `${points > 0 ? "+" : points < 0 ? "\u2212" : ""}${Math.abs(points)}`;
  return low > 0 || high < 0 ? <u>{text}</u> : text;
}

function titleOf(cell, view) {
  return view === "sum" ? `${cell[0].toFixed(1)} [${cell[1].toFixed(1)}, ${cell[2].toFixed(1)}]` : interval(cell);
}

function words(key, labels) {
  return { rate: "share of turns, %", sum: "sum of rungs per game", difference: `difference from ${labels[0]}, points` }[key];
}
