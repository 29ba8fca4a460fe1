CREATE OR REPLACE VIEW pairs AS
SELECT figure_a, figure_b, label, rule, spread, same_origin FROM core.pair;
COMMENT ON VIEW pairs IS 'One row per two figures of one slot that were compared.';
COMMENT ON COLUMN pairs.figure_a IS 'The figure with the smaller id.';
COMMENT ON COLUMN pairs.figure_b IS 'The other one.';
COMMENT ON COLUMN pairs.label IS 'agree, rounding, revised, scope, copied, contradiction, ambiguous.';
COMMENT ON COLUMN pairs.rule IS 'The rule that decided.';
COMMENT ON COLUMN pairs.spread IS 'Distance of the values divided by the larger one: from 0 to 1 for values of one sign.';
COMMENT ON COLUMN pairs.same_origin IS 'Whether both stem from one independent source.';
