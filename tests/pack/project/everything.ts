// Every entry point of every package, so that no declaration of ours goes unchecked.
export * as aiSdk from '@stream-aligner/ai-sdk';
export * as core from '@stream-aligner/core';
export * as gateway from '@stream-aligner/gateway';
export * as local from '@stream-aligner/local';
export * as providers from '@stream-aligner/providers';
export * as wire from '@stream-aligner/providers/wire';
export * as command from 'stream-aligner';
