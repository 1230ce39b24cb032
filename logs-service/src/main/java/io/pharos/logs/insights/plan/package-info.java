/// How a Logs Insights query is computed: what runs on each event, what gathers, what can be skipped.
@NullMarked
package io.pharos.logs.insights.plan;

import org.jspecify.annotations.NullMarked;
