CREATE OR REPLACE VIEW stories AS
SELECT s.story_id, any_value(s.title) AS title, min(a.published_at) AS first_seen, max(a.published_at) AS last_seen,
       count(*) AS articles, count(DISTINCT a.outlet) AS outlets,
       count(DISTINCT coalesce(a.origin_id, a.article_id)) AS origins
FROM core.story s JOIN core.article a USING (story_id)
GROUP BY s.story_id;
COMMENT ON VIEW stories IS 'One row per group of articles about one event.';
COMMENT ON COLUMN stories.story_id IS 'Stable id.';
COMMENT ON COLUMN stories.title IS 'The headline that stands for it.';
COMMENT ON COLUMN stories.first_seen IS 'Date of its first article.';
COMMENT ON COLUMN stories.last_seen IS 'Date of its last article.';
COMMENT ON COLUMN stories.articles IS 'Number of articles, copies included.';
COMMENT ON COLUMN stories.outlets IS 'Number of outlets.';
COMMENT ON COLUMN stories.origins IS 'Number of independent origins.';
