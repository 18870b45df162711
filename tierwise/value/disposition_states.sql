SELECT type, shown, evidence, COUNT(*) AS customers,
    {{ whole("SUM(depth_ppm)") }} AS depth_ppm
FROM disposition_counts
GROUP BY type, shown, evidence
