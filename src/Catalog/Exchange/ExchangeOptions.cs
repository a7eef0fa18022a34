using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Exchange;

/// <summary>Where exports may be written: <c>Exports:Paths</c>.</summary>
public sealed class ExportOptions : IValidatableObject
{
    /// <summary>Absolute directories; none where exports are not wanted.</summary>
    public string[] Paths { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        AbsolutePaths.Check("Exports:Paths", Paths);
}

/// <summary>Where imports may be read from: <c>Imports:Paths</c>.</summary>
public sealed class ImportOptions : IValidatableObject
{
    /// <summary>Absolute directories; none where imports are not wanted.</summary>
    public string[] Paths { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        AbsolutePaths.Check("Imports:Paths", Paths);
}

/// <summary>Which files of the server exports and imports may touch: those below the directories of the settings.</summary>
/// <remarks>Symbolic links are followed before a path is judged, those of the settings too.</remarks>
public interface IExchangePaths
{
    /// <summary>The directory that exports may be written to, with its links followed. It need not be there.</summary>
    /// <exception cref="ProblemException">It lies elsewhere, is no directory, or is not absolute.</exception>
    string RequireExport(string path);

    /// <summary>The file of an export, with its links followed. It is there.</summary>
    /// <exception cref="ProblemException">It lies elsewhere, is no regular file, or is not there.</exception>
    string RequireExported(string path);

    /// <summary>The file that may be imported, with its links followed. It is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="field">What the request calls it.</param>
    /// <exception cref="ProblemException">It lies elsewhere, is no regular file, or is not there.</exception>
    string RequireImport(string path, string field);
}

internal static class AbsolutePaths
{
    public static IEnumerable<ValidationResult> Check(string setting, string[] paths) =>
        from path in paths
        where !Path.IsPathFullyQualified(path)
        select new ValidationResult($"'{path}' in {setting} is not absolute: write the whole path of a directory.");
}
