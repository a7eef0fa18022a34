using System.Reflection;
using System.Xml.Linq;

namespace OrleansRegistry.Architecture.Tests;

/// <summary>The sources that these tests were built from, and what was built from them.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static IEnumerable<string> Projects => Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName)!;

    /// <summary>What a project's own file names: <c>ProjectReference</c>, without folders, or <c>PackageReference</c>.</summary>
    public static IReadOnlyList<string> References(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Root, "src", project, $"{project}.csproj")).Descendants(kind)
            .Select(reference => (string)reference.Attribute("Include")!)
            .Select(name => kind == "ProjectReference" ? Path.GetFileNameWithoutExtension(name) : name)
            .Order(StringComparer.Ordinal)];

    public static Assembly Assembly(string project) => System.Reflection.Assembly.LoadFrom(Path.Combine(
        AppContext.BaseDirectory, project == "Silo" ? "orleans-registry.dll" : $"OrleansRegistry.{project}.dll"));

    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/") && !file.Contains("/bin/"));

    private static string Find(DirectoryInfo? directory) =>
        directory is null ? throw new DirectoryNotFoundException("These tests run inside a checkout.")
        : File.Exists(Path.Combine(directory.FullName, "OrleansRegistry.sln")) ? directory.FullName
        : Find(directory.Parent);
}
