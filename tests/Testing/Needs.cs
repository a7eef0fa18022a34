namespace OrleansRegistry.Testing;

/// <summary>The only way for a test to be skipped; a test of the sources sees to it.</summary>
public static class Needs
{
    /// <summary>A program that can be installed: on continuous integration its absence is a failure.</summary>
    public static void Program(string program) => Present(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, program))),
        $"{program} is not installed.");

    /// <summary>Anything that can be provided: on continuous integration its absence is a failure.</summary>
    public static void Present(bool present, string absence)
    {
        if (!present && Checkout.IsContinuousIntegration)
            Assert.Fail(absence);
        Assert.SkipUnless(present, absence);
    }

    /// <summary>What no installation gives to this system: the test can never run here, on whatever machine.</summary>
    public static void System(bool able, string why) => Assert.SkipUnless(able, $"It can never run here: {why}");
}
