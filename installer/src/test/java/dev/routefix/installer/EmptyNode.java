package dev.routefix.installer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A node for each test, on which nothing of ours is installed yet. */
abstract class EmptyNode {

    TestNode node;

    @BeforeEach
    void a_node() {
        node = new TestNode();
    }

    @AfterEach
    void gone() {
        node.close();
    }
}
