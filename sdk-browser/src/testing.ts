// A gateway, a clock and a client for tests of pages and components: in memory, without sockets, waits or real time.
export * from '@callsheet/sdk-core/testing';
