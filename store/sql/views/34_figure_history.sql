CREATE OR REPLACE VIEW figure_history AS
SELECT f.entity, f.metric, f.scope, f.unit, a.published_at, f.value, a.outlet,
       coalesce(a.origin_id, a.article_id) AS origin_id,
       f.value - lag(f.value) OVER slot AS change
FROM core.figure f JOIN core.article a USING (article_id)
WHERE f.entity_id IS NOT NULL
WINDOW slot AS (
    PARTITION BY f.entity_id, f.metric, f.scope, f.unit ORDER BY a.published_at, a.article_id, f.start_char
);
COMMENT ON VIEW figure_history IS 'One row per figure, in time order within its slot (entity, metric, scope, unit).';
COMMENT ON COLUMN figure_history.entity IS 'What it is about.';
COMMENT ON COLUMN figure_history.metric IS 'The metric.';
COMMENT ON COLUMN figure_history.scope IS 'The scope.';
COMMENT ON COLUMN figure_history.unit IS 'The unit.';
COMMENT ON COLUMN figure_history.published_at IS 'Date of the article that states it.';
COMMENT ON COLUMN figure_history.value IS 'The value in the base unit.';
COMMENT ON COLUMN figure_history.outlet IS 'The outlet.';
COMMENT ON COLUMN figure_history.origin_id IS 'The independent source.';
COMMENT ON COLUMN figure_history.change IS 'Difference to the figure before it in the slot; NULL for the first.';
