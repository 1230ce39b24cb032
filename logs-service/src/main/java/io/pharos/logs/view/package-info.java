/// How events are shown: masked by data protection, transformed.
@NullMarked
package io.pharos.logs.view;

import org.jspecify.annotations.NullMarked;
