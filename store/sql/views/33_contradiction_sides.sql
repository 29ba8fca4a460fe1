CREATE OR REPLACE VIEW contradiction_sides AS
SELECT contradiction_id, side, value, unit, outlets, origins, attributed_to, figure_ids, claim_ids, quotes
FROM core.contradiction_side;
COMMENT ON VIEW contradiction_sides IS 'One row per side of a contradiction.';
COMMENT ON COLUMN contradiction_sides.contradiction_id IS 'The contradiction.';
COMMENT ON COLUMN contradiction_sides.side IS '1, 2 and so on; the side with most origins first.';
COMMENT ON COLUMN contradiction_sides.value IS 'The value that this side states, in the base unit; NULL for claims.';
COMMENT ON COLUMN contradiction_sides.unit IS 'Its unit.';
COMMENT ON COLUMN contradiction_sides.outlets IS 'The outlets that print it.';
COMMENT ON COLUMN contradiction_sides.origins IS 'The independent origins behind them.';
COMMENT ON COLUMN contradiction_sides.attributed_to IS 'Who is named as having said it.';
COMMENT ON COLUMN contradiction_sides.figure_ids IS 'The figures.';
COMMENT ON COLUMN contradiction_sides.claim_ids IS 'The claims.';
COMMENT ON COLUMN contradiction_sides.quotes IS 'The sentences, in the order of figure_ids or claim_ids.';
