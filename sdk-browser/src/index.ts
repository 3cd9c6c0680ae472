export * from '@callsheet/sdk-core';
