/// Auto Scaling: groups, their policies and what is done about them. Decisions are pure; what is
/// scaled is behind `driver`.
@NullMarked
package io.pharos.alarms.scaling;

import org.jspecify.annotations.NullMarked;
