package io.inft.it;

class JooqTest extends JooqContract {}
