namespace OrleansRegistry.Testing;

/// <summary>How much a run takes on: the usual, or what <c>./check --long</c> asks for.</summary>
public static class Effort
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("REGISTRY_TEST_LONG") == "true";

    public static int Of(int usual, int whenLong) => IsLong ? whenLong : usual;
}
