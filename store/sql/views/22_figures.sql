CREATE OR REPLACE VIEW figures AS
SELECT f.figure_id, f.article_id, a.outlet, a.published_at, f.entity_id, f.entity, f.metric, f.scope, f.value, f.low,
       f.high, f.unit, f.bound, f.modality, f.as_of, f.attributed_to, f.quote, f.sentence, f.start_char, f.end_char,
       f.confidence
FROM core.figure f JOIN core.article a USING (article_id);
COMMENT ON VIEW figures IS 'One row per stated number.';
COMMENT ON COLUMN figures.figure_id IS 'Derived from article, place and reading.';
COMMENT ON COLUMN figures.article_id IS 'The article that states it.';
COMMENT ON COLUMN figures.outlet IS 'The article''s outlet.';
COMMENT ON COLUMN figures.published_at IS 'The article''s date.';
COMMENT ON COLUMN figures.entity_id IS 'What it is about, or NULL.';
COMMENT ON COLUMN figures.entity IS 'Name of what it is about.';
COMMENT ON COLUMN figures.metric IS 'An id from a metric pack, or open:<noun phrase>.';
COMMENT ON COLUMN figures.scope IS 'What else must be equal before two values may be compared, sorted, separated by "; ". Empty: none is stated.';
COMMENT ON COLUMN figures.value IS 'The value in the base unit.';
COMMENT ON COLUMN figures.low IS 'Lowest value that the wording allows.';
COMMENT ON COLUMN figures.high IS 'Highest value that the wording allows.';
COMMENT ON COLUMN figures.unit IS 'USD and other ISO 4217 codes, percent, ratio, rank, points, elo, parameters, tokens, bytes, people, count, SI units, prices as USD/1M tokens, durations s, h, d, month, year.';
COMMENT ON COLUMN figures.bound IS 'exact, about, at_least, at_most, range.';
COMMENT ON COLUMN figures.modality IS 'asserted, forecast, denied, hypothetical.';
COMMENT ON COLUMN figures.as_of IS 'The day for which it is stated, where the text says so.';
COMMENT ON COLUMN figures.attributed_to IS 'Who says so, where the text names one.';
COMMENT ON COLUMN figures.quote IS 'The words of number and unit.';
COMMENT ON COLUMN figures.sentence IS 'The sentence.';
COMMENT ON COLUMN figures.start_char IS 'First character of the quote, 0-based.';
COMMENT ON COLUMN figures.end_char IS 'One past its last character.';
COMMENT ON COLUMN figures.confidence IS 'From 0 to 1: how sure subject and metric are.';
