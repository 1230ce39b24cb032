/// Operations on rules, and their tags.
@NullMarked
package io.pharos.events.rule.api;

import org.jspecify.annotations.NullMarked;
