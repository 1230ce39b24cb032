/// The operations of Contributor Insights.
@NullMarked
package io.pharos.logs.contributor.api;

import org.jspecify.annotations.NullMarked;
