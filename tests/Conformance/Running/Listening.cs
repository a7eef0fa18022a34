using System.Globalization;

namespace OrleansRegistry.Conformance;

/// <summary>The TCP ports that a process listens on, from <c>/proc</c>.</summary>
internal static class Listening
{
    private const string ListenState = "0A";

    private static readonly string[] Tables = ["tcp", "tcp6"];

    public static IReadOnlyList<int> PortsOf(int process)
    {
        var sockets = Directory.EnumerateFiles($"/proc/{process}/fd")
            .Select(descriptor => new FileInfo(descriptor).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) is true)
            .Select(target => target!["socket:[".Length..^1])
            .ToHashSet();
        return
        [
            .. from table in Tables
               from line in File.ReadLines($"/proc/{process}/net/{table}").Skip(1)
               let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where columns[3] == ListenState && sockets.Contains(columns[9])
               let port = int.Parse(columns[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
               orderby port
               select port,
        ];
    }
}
