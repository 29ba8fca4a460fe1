CREATE OR REPLACE VIEW sentiment_daily AS
WITH per_origin AS (
    SELECT CAST(a.published_at AT TIME ZONE 'UTC' AS DATE) AS day, s.entity_id, any_value(s.entity) AS entity,
           coalesce(a.origin_id, a.article_id) AS origin_id, count(*) AS articles, avg(s.score) AS score
    FROM core.sentiment s JOIN core.article a USING (article_id)
    WHERE s.entity_id IS NOT NULL
    GROUP BY ALL
), per_day AS (
    SELECT day, entity_id, any_value(entity) AS entity, CAST(sum(articles) AS BIGINT) AS articles,
           count(*) AS origins, avg(score) AS score
    FROM per_origin GROUP BY day, entity_id
)
SELECT day, entity_id, entity, articles, origins, score,
       sum(score * origins) OVER week / sum(origins) OVER week AS score_7d
FROM per_day
WINDOW week AS (PARTITION BY entity_id ORDER BY day RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW);
COMMENT ON VIEW sentiment_daily IS 'One row per entity and day; every origin counts once, so that copies do not shout.';
COMMENT ON COLUMN sentiment_daily.day IS 'The day of publication (UTC).';
COMMENT ON COLUMN sentiment_daily.entity_id IS 'The target.';
COMMENT ON COLUMN sentiment_daily.entity IS 'Its name.';
COMMENT ON COLUMN sentiment_daily.articles IS 'Articles with a tone toward it.';
COMMENT ON COLUMN sentiment_daily.origins IS 'Independent origins among them.';
COMMENT ON COLUMN sentiment_daily.score IS 'Mean over origins, from -1 to 1.';
COMMENT ON COLUMN sentiment_daily.score_7d IS 'The same over this day and the six before it.';
