package io.inft.pack;

/**
 * Where a page is within a pack.
 *
 * @param block counted from 0
 * @param place among the pages of the block, from 0
 * @param form how it is stored
 */
public record PagePlace(int block, int place, PageForm form) {}
