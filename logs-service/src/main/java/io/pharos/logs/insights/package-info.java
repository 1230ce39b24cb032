/// The query language of CloudWatch Logs Insights: texts, their trees and what is wrong with them.
@NullMarked
package io.pharos.logs.insights;

import org.jspecify.annotations.NullMarked;
