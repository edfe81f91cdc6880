"""From the preview to the report: the main job, its results, proof and the list of jobs."""
