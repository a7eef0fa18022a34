namespace OrleansRegistry.Architecture.Tests;

/// <summary>Rules for the text of the sources that no compiler holds.</summary>
public sealed class SourceTests
{
    [Theory]
    [InlineData("tests", "Task.Delay(")]
    [InlineData("tests", "Thread.Sleep(")]
    [InlineData("src", "Thread.Sleep(")]
    [InlineData("src", ".ConfigureAwait(false)")]
    [InlineData("src", "TO" + "DO")]
    [InlineData("tests", "TO" + "DO")]
    public void Nowhere_in_the_sources(string folder, string text)
    {
        var here = Path.Combine("Architecture.Tests", $"{nameof(SourceTests)}.cs");
        Assert.Empty(Checkout.Sources(folder)
            .Where(file => !file.EndsWith(here, StringComparison.Ordinal) && File.ReadAllText(file).Contains(text))
            .Select(file => Path.GetRelativePath(Checkout.Root, file)));
    }
}
