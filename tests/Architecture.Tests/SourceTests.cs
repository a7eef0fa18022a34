namespace OrleansRegistry.Architecture.Tests;

/// <summary>Rules for the text of the sources that no compiler holds.</summary>
public sealed class SourceTests
{
    // Needs is the only way to skip, and knows when that is a failure.
    [Fact]
    public void No_test_is_skipped_silently() =>
        Assert.Equal(["tests/Testing/Needs.cs"], FilesWith("tests", "Assert." + "Skip"));

    [Theory]
    [InlineData("tests", "Task.Delay(")]
    [InlineData("tests", "Thread.Sleep(")]
    [InlineData("src", "Thread.Sleep(")]
    [InlineData("src", ".ConfigureAwait(false)")]
    [InlineData("src", "TO" + "DO")]
    [InlineData("tests", "TO" + "DO")]
    [InlineData("tests", "Skip = ")]
    [InlineData("tests", "Explicit = ")]
    [InlineData("src", "Split('@')")]
    [InlineData("src/Storage", "kind = 1")]
    [InlineData("src/Storage", "kind = 3")]
    [InlineData("src/Storage", "kind = 4")]
    [InlineData("src/Storage", "kind in (1")]
    [InlineData("src/Storage", "kind in (2")]
    [InlineData("src/Storage", "kind in (3")]
    public void Nowhere_in_the_sources(string folder, string text) => Assert.Empty(FilesWith(folder, text));

    // What clients see of a version passes the gate, in one place for each protocol. Others look, and show nothing.
    [Theory]
    [InlineData("IVersionReader", "src/Api/Registry/VisibleContent.cs")]
    [InlineData("IContentReader", "src/Api/Registry/VisibleContent.cs")]
    [InlineData("ISignatureReader", "src/Api/Registry/VisibleContent.cs")]
    [InlineData("IListing<SignatureRecord>", "src/Api/Management/Repositories/Actions/ActionChecks.cs")]
    [InlineData(
        "IListing<ManifestRecord>",
        "src/Api/Management/Revocations/RevocationEndpoints.cs", "src/Api/Management/Signing/SignActions.cs")]
    [InlineData("IListing<TagRecord>")]
    [InlineData("IListing<ContentRecord>")]
    public void Nobody_goes_round_the_gate(string port, params string[] files) =>
        Assert.Equal(files, FilesWith("src/Api", port));

    private static IEnumerable<string> FilesWith(string folder, string text) => Checkout.Sources(folder)
        .Where(file => Path.GetFileName(file) != $"{nameof(SourceTests)}.cs" && File.ReadAllText(file).Contains(text))
        .Select(file => Path.GetRelativePath(Checkout.Root, file));
}
