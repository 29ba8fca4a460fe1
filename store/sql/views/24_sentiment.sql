CREATE OR REPLACE VIEW sentiment AS
SELECT s.article_id, a.outlet, a.published_at, s.entity_id, s.entity, s.score, s.label, s.evidence, s.start_char,
       s.end_char
FROM core.sentiment s JOIN core.article a USING (article_id);
COMMENT ON VIEW sentiment IS 'One row per article and target of its tone; entity_id NULL is the whole article.';
COMMENT ON COLUMN sentiment.article_id IS 'The article.';
COMMENT ON COLUMN sentiment.outlet IS 'The article''s outlet.';
COMMENT ON COLUMN sentiment.published_at IS 'The article''s date.';
COMMENT ON COLUMN sentiment.entity_id IS 'The target, or NULL for the whole article.';
COMMENT ON COLUMN sentiment.entity IS 'The target''s name.';
COMMENT ON COLUMN sentiment.score IS 'From -1 (negative) to 1 (positive).';
COMMENT ON COLUMN sentiment.label IS 'negative, neutral, positive, unclear.';
COMMENT ON COLUMN sentiment.evidence IS 'The sentence that shows it best.';
COMMENT ON COLUMN sentiment.start_char IS 'First character of the evidence, 0-based.';
COMMENT ON COLUMN sentiment.end_char IS 'One past its last character.';
