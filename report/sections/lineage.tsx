import { formatBytes } from "../../lib/format.ts";
import type { Lineage } from "../collect/lineage.ts";
import { counted } from "../names.ts";
import type { RunFacts } from "../run-facts.ts";
import { DataTable, Section } from "./parts.tsx";

const SHORT = 12;

/** What each artifact was made from, by hash. */
export function LineageSection({ lineage }: { readonly lineage: readonly Lineage[] }) {
  if (lineage.length === 0) return null;
  return (
    <Section
      id="lineage"
      title="Lineage"
      lead={
        <>
          What every table was made from. A fingerprint is a hash of all that can change a node's
          output; the same fingerprint means the same bytes, on any machine.
        </>
      }
    >
      <DataTable
        caption="Fingerprints"
        columns={[
          { name: "node" },
          { name: "fingerprint", code: true },
          { name: "code", code: true },
          { name: "seed", number: true },
          { name: "reads", wrap: true },
          { name: "outside files", number: true },
          { name: "made" },
        ]}
        rows={lineage.map((each) => [
          each.node,
          each.fingerprint.slice(0, SHORT),
          each.code.slice(0, SHORT),
          each.seed === null ? "none" : String(each.seed),
          each.inputs.map(([name, digest]) => `${name} ${digest.slice(0, SHORT)}`).join(", "),
          each.files,
          each.finished.slice(0, 19).replace("T", " "),
        ])}
      />
      <h3>Parameters</h3>
      {lineage.map((each) => (
        <details key={each.node}>
          <summary>{each.node}</summary>
          <pre>{JSON.stringify(each.params, null, 2)}</pre>
          <p>Fingerprint {each.fingerprint}</p>
          <ul>
            {each.outputs.map(([name, digest]) => (
              <li key={name}>
                {name}: <code>{digest}</code>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </Section>
  );
}

/** What it was computed on and by which versions. */
export function MachineSection(props: {
  readonly run: RunFacts | undefined;
  readonly lineage: readonly Lineage[];
  readonly version: string;
}) {
  const { run, lineage, version } = props;
  const machine = run?.machine;
  const facts = new Map<string, string>();
  for (const { environment } of lineage)
    for (const [name, value] of environment) facts.set(name, value);
  const rows: (readonly [string, string])[] = [["albert-pipeline, for this report", version]];
  if (machine !== undefined)
    rows.push(
      ["processor", machine.cpu || "unknown"],
      ["cores used", String(machine.cores)],
      ["memory", formatBytes(machine.memory)],
      ["system", `${machine.platform} ${machine.arch}`],
      ["Node.js", machine.node],
    );
  if (run !== undefined)
    rows.push(
      ["partitions at once", String(run.jobs)],
      ["seed", String(run.seed)],
      ["run", run.run],
    );
  return (
    <Section
      id="machine"
      title="Machine and versions"
      lead={
        <>
          Times mean little without the machine that they were taken on.
          {run === undefined
            ? " The log of the run is gone, so that the machine is not known."
            : ""}
        </>
      }
    >
      <DataTable
        caption={machine === undefined ? "Versions" : "Machine"}
        columns={[{ name: "what" }, { name: "value" }]}
        rows={[...rows, ...facts]}
      />
      <p className="fine">
        {counted(lineage.length, "artifact")} of this pipeline were found when the report was made.
      </p>
    </Section>
  );
}
