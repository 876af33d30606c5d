UPDATE awaited_readings
SET withdrawn_at = ?1,
    why = coalesce (
        (
            SELECT d.why
            FROM decisions d
            WHERE d.record_key = awaited_readings.record_key AND d.state = 'expired'
              AND d.ended_at >= awaited_readings.asked_at
            ORDER BY d.id DESC
        ),
        ''
    )
WHERE withdrawn_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM decisions d WHERE d.record_key = awaited_readings.record_key AND d.state = 'active'
  )
