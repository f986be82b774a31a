import assert from "node:assert/strict";
import { test } from "node:test";

import { counterpart, directions, neighbours, otherTraces, pairsFor, partners, relation, upFrom } from "../src/pairs.js";

const entry = (name, line, type = "graph") => ({ name, line, type, id: `0_0_0/${name}`, number: line, isLink: false });
const named = (pairs) => pairs.map(([label, { name }]) => [label, name]);

test("a graph is worth comparing with what it becomes", () => {
  const own = [entry("before_pre_grad_graph.txt", 1), entry("after_pre_grad_graph.txt", 2), entry("notes.txt", 3)];
  assert.deepEqual(named(partners(own[0], own)), [["after_pre_grad_graph.txt, same compile id", "after_pre_grad_graph.txt"]]);
  assert.deepEqual(named(partners(own[1], own)), [["before_pre_grad_graph.txt, same compile id", "before_pre_grad_graph.txt"]]);
  assert.deepEqual(partners(own[2], own), []);
});

test("a graph whose step was spared has none: the next belongs to another", () => {
  const own = [
    entry("before_joint_graph.txt", 1),
    entry("before_joint_graph_1.txt", 2),
    entry("after_joint_graph.txt", 3),
  ];
  assert.deepEqual(partners(own[0], own), []);
  assert.deepEqual(partners(own[1], own).map(([, other]) => other), [own[2]]);
  assert.deepEqual(partners(own[2], own).map(([, other]) => other), [own[1]]);
});

test("the parts of a split graph are no longer that graph", () => {
  const own = [entry("dynamo_output_graph.txt", 1), entry("optimize_ddp_split_graph.txt", 2), entry("aot_joint_graph.txt", 3)];
  assert.deepEqual(partners(own[0], own).map(([, other]) => other), [own[1]]);
  assert.deepEqual(partners(own[2], own), []);
});

test("codes belong to the forward and the backward", () => {
  const own = [
    entry("aot_forward_graph.txt", 1),
    entry("aot_backward_graph.txt", 2),
    entry("inductor_output_code_abc.html", 3, "inductor_output_code"),
    entry("inductor_output_code_def.html", 4, "inductor_output_code"),
  ];
  assert.deepEqual(directions(own, "inductor_output_code"), [
    { graph: own[0], backwardGraph: own[1], forward: own[2], backward: own[3] },
  ]);
  assert.deepEqual(partners(own[2], own), [["the code of the backward, same compile id", own[3]]]);
  assert.deepEqual(partners(own[3], own), [["the code of the forward, same compile id", own[2]]]);
});

test("backwards are compiled from the last forward to the first", () => {
  const graphs = [1, 3].flatMap((line) => [entry(`aot_forward_graph_${line}.txt`, line), entry(`aot_backward_graph_${line}.txt`, line + 1)]);
  const codes = [2.5, 4.5, 5, 6].map((line) => entry(`c${line}.html`, line, "inductor_output_code"));
  const [first, last] = directions([...graphs, ...codes], "inductor_output_code");
  assert.deepEqual([first.forward, first.backward], [codes[0], codes[3]]);
  assert.deepEqual([last.forward, last.backward], [codes[1], codes[2]]);
});

test("the same artifact elsewhere is that of its name, or the code at its place", () => {
  const code = (name, line) => entry(name, line, "inductor_output_code");
  const own = [entry("a.txt", 1), code("x1.html", 2), code("x2.html", 3)];
  const others = [{ ...entry("a.txt", 0), isLink: true }, entry("a.txt", 1), code("y1.html", 2), code("y2.html", 3)];
  assert.equal(counterpart(own[0], own, others), others[1]);
  assert.equal(counterpart(own[2], own, others), others[3]);
  assert.equal(counterpart(entry("b.txt", 1), own, others), null);
  assert.equal(counterpart(own[2], own, others.slice(0, 3)), null);
});

const groups = ["0_0_0", "0_1_0", "0_1_1", "1_0_0", "0_2_0", "0_3_0", "unknown"].map((key) => ({ key, shown: key }));

test("neighbours are other compilations of the frame: before, after, first, last", () => {
  const keys = (at) => neighbours({ groups }, groups[at]).map(({ key }) => key);
  assert.deepEqual(keys(0), ["0_1_0", "0_3_0"]);
  assert.deepEqual(keys(2), ["0_1_0", "0_2_0", "0_0_0", "0_3_0"]);
  assert.deepEqual(keys(3), []);
  assert.deepEqual(keys(6), []);
});

test("another attempt at a compilation is no recompilation", () => {
  assert.equal(relation(groups[1], groups[2]), "restarted");
  assert.equal(relation(groups[1], groups[4]), "recompiled");
});

test("pairs are of the own compile id first, and none comes twice", async () => {
  const lists = new Map(groups.map((group) => [group, []]));
  const own = [entry("before_joint_graph.txt", 1), entry("after_joint_graph.txt", 2)];
  const other = { ...entry("before_joint_graph.txt", 9), id: "0_1_0/before_joint_graph.txt" };
  lists.set(groups[0], own).set(groups[1], [other]);
  const trace = { groups, entriesOf: async (group) => lists.get(group) };
  assert.deepEqual(await pairsFor({ ...own[0], trace, group: groups[0] }), [
    ["after_joint_graph.txt, same compile id", own[1]],
    ["the same of 0_1_0 (recompiled)", other],
  ]);
});

test("other traces are ranks where all of them are", async () => {
  const load = (names) => async () => [{ traces: names.map((name) => ({ name })) }];
  const of = (folder, base = "") => ({ base, trace: { head: { folder } } });
  assert.equal(await otherTraces(of("rank_0"), load(["rank_0", "rank_1"])), "the same of another rank");
  assert.equal(await otherTraces(of("rank_0"), load(["rank_0", "eval"])), "the same in another trace");
  assert.equal(await otherTraces(of("."), load([])), null);
  assert.equal(await otherTraces(of("rank_0", "rank_0/"), load(["rank_0"])), null);
  assert.equal(await otherTraces(of("a/rank_0"), load(["a/rank_0", "b/rank_0"])), "the same of another rank");
  const asked = [];
  await otherTraces(of("a/b/t"), async (url) => asked.push(url));
  assert.deepEqual(asked, ["../../../report/traces.js"]);
  assert.equal(upFrom("t"), "../");
  const failing = () => Promise.reject(new Error("not there"));
  assert.equal(await otherTraces(of("rank_0"), failing), "the same of another rank");
});
