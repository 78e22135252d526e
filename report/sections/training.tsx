import { curveChart } from "../charts/curve-chart.ts";
import type { Curve, Training } from "../collect/training.ts";
import { measureName } from "../names.ts";
import { Figure, Key, Section } from "./parts.tsx";

/** How each measured number went over the steps: as drawings, which the page's script makes into charts to zoom. */
export function TrainingCurves({ trainings }: { readonly trainings: readonly Training[] }) {
  if (trainings.length === 0) return null;
  return (
    <Section
      id="training"
      title="Training"
      lead={
        <>
          What was measured step by step. A loss should fall, an accuracy should rise; held-out text
          is not trained on, so where its curve turns back while the other goes on, the model has
          begun to learn the training text by heart.
        </>
      }
    >
      {trainings.map(({ node, curves, zero }) => (
        <div key={node} className="training" data-training={node}>
          <h3>{node}</h3>
          <div className="curves">
            {curves.map((curve) => (
              <div key={curve.name} className="curve" data-curve={curve.name}>
                <Figure
                  drawing={curveChart(measureName(curve.name), curve)}
                  caption={<Caption curve={curve} />}
                />
              </div>
            ))}
          </div>
          {zero.length === 0 ? null : (
            <p className="fine">0 at every step: {zero.map(measureName).join(", ")}.</p>
          )}
        </div>
      ))}
    </Section>
  );
}

function Caption({ curve }: { readonly curve: Curve }) {
  return (
    <>
      <b>{measureName(curve.name)}</b>
      <span className="keys">
        {curve.train.length === 0 ? null : (
          <>
            <Key kind="ours" /> training
          </>
        )}
        {curve.heldout.length === 0 ? null : (
          <>
            <Key kind="other" /> held out
          </>
        )}
        {curve.baseline === undefined ? null : (
          <>
            <Key kind="third" /> baseline
          </>
        )}
      </span>
    </>
  );
}
