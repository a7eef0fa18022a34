using Microsoft.Extensions.Options;
using OrleansRegistry.Exchange;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IExchangePaths"/>
/// <remarks>Of what lies elsewhere nothing is told, not even whether it is there.</remarks>
public sealed class ExchangePaths(IOptions<ExportOptions> exports, IOptions<ImportOptions> imports) : IExchangePaths
{
    private const string Exports = "Exports:Paths";
    private const string Imports = "Imports:Paths";
    private const string Field = "path";

    public string RequireExport(string path)
    {
        var real = RequireBelow(path, Field, exports.Value.Paths, Exports, mayBeEqual: true);
        for (var above = real; above is not null; above = Path.GetDirectoryName(above))
        {
            if (Directory.Exists(above))
                return real;
            if (File.Exists(above))
                throw Refuse(Field, $"'{path}' is no directory, or lies below a file: name a directory.");
        }

        return real;
    }

    public string RequireExported(string path) =>
        RequireFile(RequireBelow(path, Field, exports.Value.Paths, Exports, mayBeEqual: false), path, Field);

    public string RequireImport(string path, string field) =>
        RequireFile(RequireBelow(path, field, imports.Value.Paths, Imports, mayBeEqual: false), path, field);

    private static string RequireBelow(string path, string field, string[] allowed, string setting, bool mayBeEqual)
    {
        if (allowed.Length == 0)
            throw Refuse(
                field,
                $"This server has no directory for that. Whoever runs it names one with the setting {setting}, such as "
                + $"--{setting}:0=/srv/bundles.");
        if (!Path.IsPathFullyQualified(path))
            throw Refuse(field, $"'{path}' is not absolute: write the whole path on the server.");
        var real = RealPath.Resolve(path)
            ?? throw Refuse(field, "The path is too long, or its symbolic links lead in circles.");
        var isBelow = allowed.Select(RealPath.Resolve).OfType<string>().Any(
            directory => (mayBeEqual && real == directory)
                || real.StartsWith(Rooted(directory), StringComparison.Ordinal));
        return isBelow
            ? real
            : throw Refuse(
                field,
                $"'{path}' is not an allowed path: it does not lie below a directory of the setting {setting}, once "
                + $"symbolic links are followed. Those are: {string.Join(", ", allowed)}.");
    }

    // Devices, pipes and sockets have no length; and an empty file is nothing that could be read.
    private static string RequireFile(string real, string path, string field)
    {
        var file = new FileInfo(real);
        return Directory.Exists(real) ? throw Refuse(field, $"'{path}' is a directory: name a file.")
            : !file.Exists ? throw Refuse(field, $"There is no file '{path}'.")
            : file.Length == 0 ? throw Refuse(field, $"'{path}' is empty, or no regular file.")
            : real;
    }

    private static string Rooted(string directory) =>
        directory.EndsWith(Path.DirectorySeparatorChar) ? directory : directory + Path.DirectorySeparatorChar;

    private static ProblemException Refuse(string field, string message) =>
        new(ProblemKind.FieldInvalid, message, field);
}
