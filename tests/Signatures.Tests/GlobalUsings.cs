global using OrleansRegistry.Testing;
global using Xunit;
