CREATE OR REPLACE VIEW contradictions AS
SELECT contradiction_id, kind, entity_id, entity, metric, scope, unit, verdict, state, spread, sides, origins,
       first_seen, last_seen, explanation
FROM core.contradiction;
COMMENT ON VIEW contradictions IS 'One row per disagreement between sources, open or closed.';
COMMENT ON COLUMN contradictions.contradiction_id IS 'Derived from what is disagreed on; the same in every run.';
COMMENT ON COLUMN contradictions.kind IS 'figure, rank, claim, internal (an article that disagrees with itself).';
COMMENT ON COLUMN contradictions.entity_id IS 'What it is about.';
COMMENT ON COLUMN contradictions.entity IS 'Its name.';
COMMENT ON COLUMN contradictions.metric IS 'The metric of the figures.';
COMMENT ON COLUMN contradictions.scope IS 'Their scope; empty: none is stated.';
COMMENT ON COLUMN contradictions.unit IS 'Their unit.';
COMMENT ON COLUMN contradictions.verdict IS 'contradiction, or ambiguous: something that would settle it is not stated.';
COMMENT ON COLUMN contradictions.state IS 'open, resolved, dismissed.';
COMMENT ON COLUMN contradictions.spread IS 'Distance of the outermost values divided by the larger one.';
COMMENT ON COLUMN contradictions.sides IS 'Number of sides.';
COMMENT ON COLUMN contradictions.origins IS 'Number of independent origins on all sides together.';
COMMENT ON COLUMN contradictions.first_seen IS 'When the disagreement first stood in the store.';
COMMENT ON COLUMN contradictions.last_seen IS 'When its sides last changed.';
COMMENT ON COLUMN contradictions.explanation IS 'What the texts themselves offer as the reason, or the rule that decided.';
