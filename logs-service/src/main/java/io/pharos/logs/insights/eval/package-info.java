/// What Logs Insights queries compute: values, functions, and the fields discovered in events.
@NullMarked
package io.pharos.logs.insights.eval;

import org.jspecify.annotations.NullMarked;
