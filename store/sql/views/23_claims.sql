CREATE OR REPLACE VIEW claims AS
SELECT c.claim_id, c.article_id, a.outlet, a.published_at, c.speaker, c.kind, c.about_id, c.about, c.sentence, c.quote,
       c.due_on, c.start_char, c.end_char
FROM core.claim c JOIN core.article a USING (article_id);
COMMENT ON VIEW claims IS 'One row per attributed statement.';
COMMENT ON COLUMN claims.claim_id IS 'Derived from article and place.';
COMMENT ON COLUMN claims.article_id IS 'The article that reports it.';
COMMENT ON COLUMN claims.outlet IS 'The article''s outlet.';
COMMENT ON COLUMN claims.published_at IS 'The article''s date.';
COMMENT ON COLUMN claims.speaker IS 'Who says it.';
COMMENT ON COLUMN claims.kind IS 'statement, opinion, forecast, plan, denial.';
COMMENT ON COLUMN claims.about_id IS 'The entity it is about, or NULL.';
COMMENT ON COLUMN claims.about IS 'What it is about.';
COMMENT ON COLUMN claims.sentence IS 'The sentence.';
COMMENT ON COLUMN claims.quote IS 'The words of the claim.';
COMMENT ON COLUMN claims.due_on IS 'For forecasts and plans: the day by which it should have happened.';
COMMENT ON COLUMN claims.start_char IS 'First character of the quote, 0-based.';
COMMENT ON COLUMN claims.end_char IS 'One past its last character.';
