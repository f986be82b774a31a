/* Which artifacts are worth comparing with which. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const FRAME = /^((?:!(?:\d+|-)_)?(?:\d+|-))_(?:\d+|-)(?:_(?:\d+|-))?$/;
  const REPEAT = /(_\d+)?\.[a-z]+$/;
  // What a graph becomes in the course of a compilation.
  const STAGES = [
    ["before_pre_grad_graph", "after_pre_grad_graph"],
    ["inductor_pre_grad_graph", "inductor_post_grad_graph"],
    ["before_pre_grad_graph", "inductor_post_grad_graph"],
    ["dynamo_output_graph", "aot_joint_graph"],
    ["dynamo_output_graph", "aot_inference_graph"],
    ["aot_forward_graph", "aot_backward_graph"],
    ["before_joint_graph", "after_joint_graph"],
    ["aot_inference_graph", "inductor_post_grad_graph"],
    ["before_post_grad_graph", "inductor_post_grad_graph"],
    ["before_post_grad_graph", "after_post_grad_graph"],
  ];

  const stem = (entry) => entry.name.replace(REPEAT, "");
  const repeat = (entry) => REPEAT.exec(entry.name)?.[1] ?? "";

  // The same artifact in another compile id or trace: by name, and of code, whose names hold a
  // digest, by its place among those of its type.
  function counterpart(entry, own, others) {
    const named = others.find((other) => !other.isLink && other.name === entry.name);
    if (named !== undefined || entry.type !== "inductor_output_code") {
      return named ?? null;
    }
    const place = own.filter((other) => other.type === entry.type).findIndex((other) => other.name === entry.name);
    return others.filter((other) => other.type === entry.type)[place] ?? null;
  }

  app.counterpart = counterpart;

  function neighbours(trace, group) {
    const frame = FRAME.exec(group.key)?.[1];
    if (frame === undefined) {
      return [];
    }
    const same = trace.groups.filter((other) => FRAME.exec(other.key)?.[1] === frame);
    const at = same.indexOf(group);
    const wanted = [same[at - 1], same[at + 1], same[0], same.at(-1)];
    return [...new Set(wanted)].filter((other) => other !== undefined && other !== group);
  }

  // Entries to compare one with, each with a label: [[label, entry], ...].
  app.pairsFor = async (entry) => {
    const { trace, group } = entry;
    const own = await trace.entriesOf(group);
    const pairs = [];
    for (const names of STAGES) {
      const side = names.indexOf(stem(entry));
      if (side >= 0) {
        const wanted = names[1 - side];
        const candidates = own.filter((other) => !other.isLink && stem(other) === wanted);
        const other = candidates.find((candidate) => repeat(candidate) === repeat(entry)) ?? candidates[0];
        if (other !== undefined) {
          pairs.push([`${other.name}, same compile id`, other]);
        }
      }
    }
    for (const neighbour of neighbours(trace, group)) {
      const other = counterpart(entry, own, await trace.entriesOf(neighbour));
      if (other !== null) {
        pairs.push([`the same of ${neighbour.shown} (recompiled)`, other]);
      }
    }
    return pairs.filter(([, other], at) => pairs.findIndex(([, first]) => first.id === other.id) === at);
  };
})();
