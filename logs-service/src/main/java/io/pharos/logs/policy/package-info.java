/// What is in force for the events of a group and since when: the frame of transformers, data
/// protection and field indexes.
@NullMarked
package io.pharos.logs.policy;

import org.jspecify.annotations.NullMarked;
