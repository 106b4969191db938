-- The organisation chart (which the loader fills).
CREATE TABLE units AS
SELECT code, title, parent, kind, head_post, CAST(2100 + n AS VARCHAR) AS phone,
       new_year(1380) + draw(6000, 'founded', n)::INTEGER AS founded_on
FROM chart
ORDER BY code;
