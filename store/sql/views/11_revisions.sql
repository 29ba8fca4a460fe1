CREATE OR REPLACE VIEW revisions AS
SELECT article_id, revision, fetched_at, title, text, changed FROM core.revision;
COMMENT ON VIEW revisions IS 'One row per stored version of an article.';
COMMENT ON COLUMN revisions.article_id IS 'The article.';
COMMENT ON COLUMN revisions.revision IS '1, 2, 3 and so on.';
COMMENT ON COLUMN revisions.fetched_at IS 'When this version was fetched.';
COMMENT ON COLUMN revisions.title IS 'The headline of this version.';
COMMENT ON COLUMN revisions.text IS 'The text of this version.';
COMMENT ON COLUMN revisions.changed IS 'What differs from the version before: first, title, text, title+text.';
