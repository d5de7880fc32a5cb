package io.inft.it;

class FlywayTest extends FlywayContract {}
