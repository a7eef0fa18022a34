using Microsoft.Extensions.Options;
using OrleansRegistry.Exchange;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Which files exports and imports may touch.</summary>
public sealed class ExchangePathsTests : IDisposable
{
    private readonly string _root;
    private readonly string _allowed;
    private readonly string _outside;
    private readonly ExchangePaths _paths;

    public ExchangePathsTests()
    {
        _root = RealPathOf(Directory.CreateTempSubdirectory("registry-paths-").FullName);
        _allowed = Directory.CreateDirectory(Path.Combine(_root, "allowed")).FullName;
        _outside = Directory.CreateDirectory(Path.Combine(_root, "outside")).FullName;
        _paths = Of(_allowed);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_directory_below_an_allowed_one_takes_exports_whether_it_is_there_or_not()
    {
        Assert.Equal(_allowed, _paths.RequireExport(_allowed));
        Assert.Equal(_allowed, _paths.RequireExport(_allowed + "/"));
        Assert.Equal($"{_allowed}/a/b", _paths.RequireExport($"{_allowed}/a/b"));
        Assert.Equal($"{_allowed}/b", _paths.RequireExport($"{_allowed}/./a/../b"));
    }

    [Fact]
    public void What_lies_elsewhere_takes_no_exports()
    {
        foreach (var path in new[] { "/", _root, _outside, $"{_allowed}-more", $"{_allowed}/../outside", "/proc/self/root" })
            RefusedExport(path, "is not an allowed path");
        RefusedExport("allowed", "is not absolute");
        RefusedExport("", "is not absolute");
        RefusedExport($"/{new string('a', 5_000)}", "too long");
    }

    [Fact]
    public void Links_are_followed_before_a_path_is_judged()
    {
        Directory.CreateSymbolicLink($"{_allowed}/out", _outside);
        Directory.CreateSymbolicLink($"{_allowed}/out-of-it", "../outside");
        Directory.CreateSymbolicLink($"{_allowed}/chain", "out-of-it/deep");
        Directory.CreateSymbolicLink($"{_outside}/in", _allowed);
        RefusedExport($"{_allowed}/out", "is not an allowed path");
        RefusedExport($"{_allowed}/out/new", "is not an allowed path");
        RefusedExport($"{_allowed}/chain", "is not an allowed path");
        RefusedExport($"{_allowed}/out/../allowed/../outside/x", "is not an allowed path");
        Assert.Equal($"{_allowed}/new", _paths.RequireExport($"{_outside}/in/new"));
        // ".." behind a link leaves what the link leads to, as the system has it.
        Assert.Equal($"{_allowed}/x", _paths.RequireExport($"{_allowed}/out/../allowed/x"));
    }

    [Fact]
    public void An_allowed_directory_may_be_a_link_itself()
    {
        Directory.CreateSymbolicLink($"{_root}/link", _allowed);
        Assert.Equal($"{_allowed}/new", Of($"{_root}/link").RequireExport($"{_allowed}/new"));
        Assert.Equal($"{_allowed}/new", Of($"{_root}/link/").RequireExport($"{_root}/link/new"));
        RefusedExport(Of($"{_root}/link"), $"{_root}/link/../outside", "is not an allowed path");
    }

    [Fact]
    public void Links_in_circles_are_refused()
    {
        File.CreateSymbolicLink($"{_allowed}/one", $"{_allowed}/two");
        File.CreateSymbolicLink($"{_allowed}/two", $"{_allowed}/one");
        RefusedExport($"{_allowed}/one/x", "in circles");
        RefusedImport($"{_allowed}/one", "in circles");
    }

    [Fact]
    public void Exports_go_into_no_file_and_below_none()
    {
        File.WriteAllText($"{_allowed}/file", "x");
        RefusedExport($"{_allowed}/file", "is no directory");
        RefusedExport($"{_allowed}/file/below", "is no directory");
    }

    [Fact]
    public void Only_regular_files_are_imported()
    {
        File.WriteAllText($"{_allowed}/file", "x");
        File.WriteAllText($"{_outside}/file", "x");
        File.CreateSymbolicLink($"{_allowed}/link", $"{_allowed}/file");
        File.CreateSymbolicLink($"{_allowed}/out", $"{_outside}/file");
        Assert.Equal($"{_allowed}/file", _paths.RequireImport($"{_allowed}/file", "path"));
        Assert.Equal($"{_allowed}/file", _paths.RequireImport($"{_allowed}/link", "path"));
        Assert.Equal($"{_allowed}/file", _paths.RequireExported($"{_allowed}/file"));
        RefusedImport($"{_allowed}/out", "is not an allowed path");
        RefusedImport($"{_outside}/file", "is not an allowed path");
        RefusedImport($"{_allowed}/none", "There is no file");
        RefusedImport(_allowed, "is not an allowed path");
        Directory.CreateDirectory($"{_allowed}/directory");
        RefusedImport($"{_allowed}/directory", "is a directory");
        RefusedImport("/dev/zero", "is not an allowed path");
        RefusedImport("file", "is not absolute");
    }

    [Fact]
    public void Devices_and_pipes_are_no_files()
    {
        var devices = Of("/dev");
        RefusedImport(devices, "/dev/zero", "no regular file");
        RefusedImport(devices, "/dev/null", "no regular file");
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", $"{_allowed}/pipe");
        mkfifo.WaitForExit();
        RefusedImport($"{_allowed}/pipe", "no regular file");
    }

    [Fact]
    public void Without_a_setting_nothing_is_allowed_and_the_refusal_names_it()
    {
        RefusedExport(Of(), _allowed, "Exports:Paths");
        RefusedImport(Of(), _allowed, "Imports:Paths");
        RefusedExport(_outside, "Exports:Paths");
        RefusedImport(_outside, "Imports:Paths");
    }

    private static ExchangePaths Of(params string[] paths) => new(
        Options.Create(new ExportOptions { Paths = paths }), Options.Create(new ImportOptions { Paths = paths }));

    // Temporary directories lie behind a link on some systems.
    private static string RealPathOf(string path) => new DirectoryInfo(path).ResolveLinkTarget(true)?.FullName ?? path;

    private static void RefusedExport(ExchangePaths paths, string path, string why) =>
        Refused("path", why, () => paths.RequireExport(path));

    private static void RefusedImport(ExchangePaths paths, string path, string why) =>
        Refused("toc", why, () => paths.RequireImport(path, "toc"));

    private static void Refused(string field, string why, Func<string> require)
    {
        var problem = Assert.Throws<ProblemException>(require).Problem;
        Assert.Equal((ProblemKind.FieldInvalid, field), (problem.Kind, problem.Subject));
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
    }

    private void RefusedExport(string path, string why) => RefusedExport(_paths, path, why);

    private void RefusedImport(string path, string why) => RefusedImport(_paths, path, why);
}
