/// Contributor Insights: rules that count log events by their contributors. Pure.
@NullMarked
package io.pharos.logs.contributor;

import org.jspecify.annotations.NullMarked;
